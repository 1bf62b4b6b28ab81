"""Sittings as calendar objects: feeds that diaries fetch and invitations that letters carry."""
