"""Who may: for one row (`may_…`) and for a list (`visible_to`). Reads models, changes nothing."""
