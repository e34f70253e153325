"""What pages of figures need and no queryset answers: checklists, restatements, what needs attention."""
