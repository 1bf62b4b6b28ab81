"""Tables, one aggregate a file. No queries, no session, no sending.

Importing the package's modules is what fills `Base.metadata`; `all.py` names them all.
"""
