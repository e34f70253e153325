"""Limits that stand in rules and in sentences: a page says {% limit "REPORT_DAYS" %}, and changes with the rule.

Days are whole days after the day itself.
"""

# A session reported later counts as late (design 3-figures); another number is a new version of the metric (registry.py).
REPORT_DAYS = 3
FOLLOW_UP_DAYS = 7  # a bad rating is looked into
DEADLINE_SOON_DAYS = 7  # a deadline of the law or a payment is announced
MEDIATION_DAYS = (
    15  # 劳动争议调解仲裁法 art. 14: no agreement within 15 days of accepting, the parties may go to arbitration
)
MILESTONE_REPORT_DAYS = 7  # a report tied to a milestone
FINAL_REPORT_DAYS = 30  # after a project's end
BOOKING_HOURS = 14  # a room, at most at once
SESSION_PHOTOS = 9  # at most
LEAST_ANSWERS = 30  # below it a satisfaction rate says 样本不足
ANSWERS_AT_ONCE = 5  # an organization sees its ratings in steps of so many
INVITATION_DAYS = 7  # the link with which somebody sets a first password
PASSWORD_SIGNS = 10  # at least
RESET_HOURS = 24  # the link with which a forgotten password is replaced
LOCKED_MINUTES = 15  # after too many wrong passwords
FILE_MEGABYTES = 20  # an attachment
BRIEF_AFTER_DAYS = 5  # a brief goes out on this day after its period
MESSAGE_KEPT_DAYS = 90  # what a letter said; that it was sent is kept
SENT_KEPT_DAYS = 7  # a record that arrived stays in sight on the phone
