"""What pages of figures need and no queryset returns: checklists, restatements, what needs attention."""
