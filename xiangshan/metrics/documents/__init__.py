"""Figures on paper: the annual statement from a frozen year, and briefs from the figures of the day."""
