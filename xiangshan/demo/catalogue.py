"""What the county buys and what teams do beside it, in the demo data: names, quantities, prices, topics."""

from typing import NamedTuple


class Bought(NamedTuple):
    team: str
    title: str
    category: str
    department: str
    quota: int
    delivered: int
    price: int
    workers: int
    topics: tuple[str, ...]
    rehearsed: bool = False


BOUGHT = [
    Bought(
        "雄鹰应急救援队",
        "应急救援技能培训",
        "rescue",
        "经济技术部",
        30,
        30,
        1500,
        38,
        ("心肺复苏实操", "消防逃生演练", "防台避险培训"),
    ),
    Bought("美容美发协会", "便民理发进企业", "handy", "职工服务中心", 40, 40, 600, 36, ("进工地义剪", "进车间理发")),
    Bought(
        "绿丝带志愿者协会", "职工健康关爱", "health", "女职工委员会", 36, 35, 900, 34, ("女职工健康课", "血压血糖检测")
    ),
    Bought(
        "律师协会",
        "职工法律服务",
        "law",
        "权益保障部",
        48,
        48,
        800,
        30,
        ("劳动合同法讲座", "欠薪维权咨询", "工伤保险解读"),
    ),
    Bought(
        "县职工艺术团", "“快闪”文艺演出", "arts", "宣传教育部", 18, 18, 6000, 150, ("食堂快闪", "车间快闪", "工地快闪")
    ),
    Bought("县篮球协会", "职工篮球裁判与培训", "sport", "宣传教育部", 24, 24, 1200, 45, ("职工篮球赛", "篮球公开课")),
    Bought("县足球协会", "职工足球联赛服务", "sport", "宣传教育部", 24, 20, 1200, 40, ("职工足球赛", "足球训练营")),
    Bought(
        "心理学习小组",
        "职工心理讲座",
        "psychology",
        "女职工委员会",
        64,
        64,
        1000,
        48,
        ("情绪与压力管理", "亲子沟通", "睡眠与自我照顾"),
        True,
    ),
    Bought("红娘组", "单身职工联谊", "matchmaking", "女职工委员会", 16, 16, 5000, 46, ("七夕相亲会", "青年联谊")),
    Bought("职工书画社", "文艺培训", "arts", "宣传教育部", 30, 30, 700, 24, ("书法培训", "国画入门")),
    Bought("中医药服务队", "中医义诊", "health", "职工服务中心", 24, 24, 900, 40, ("三伏义诊", "颈椎保健")),
    Bought("安全讲师团", "安全生产培训", "safety", "经济技术部", 24, 21, 800, 42, ("有限空间作业安全", "班组安全课")),
]
# Besides what was bought in 2020: team, category, sessions, usual workers, topics.
VOLUNTARY = [
    ("雄鹰应急救援队", "rescue", 42, 26, ("台风值守", "景区安全保障", "失踪人员搜寻", "赛事安保")),
    ("塔山社区", "handy", 56, 34, ("便民集市", "邻里服务日")),
    ("海上老娘舅", "law", 38, 18, ("矛盾调解进码头", "渔民法律课堂")),
    ("261爱乐益", "handy", 60, 30, ("剪发与艾灸", "血压测量与陶艺")),
]
SMALL = {
    "太极拳队": "sport",
    "舞蹈队": "arts",
    "义工队": "handy",
    "合唱团": "arts",
    "读书会": "other",
    "救护队": "health",
    "理发队": "handy",
    "维修队": "handy",
}
LEADERS_TEAM = "心理学习小组"  # the login `leader` leads it
# Whose reports of two days ago are worth a second look (fieldwork.py plants them).
FINDING_TEAMS = ("美容美发协会", "绿丝带志愿者协会", "县篮球协会", "县职工艺术团", "塔山社区", "海上老娘舅")
