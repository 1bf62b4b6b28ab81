"""Panels where agencies put together what each of them knows, in time.

Nothing is imported here: importing a rule must not load Flask.
"""
