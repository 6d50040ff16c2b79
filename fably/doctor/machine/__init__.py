"""What the doctor looks at of the machine: one check a file, each of which reads, and changes nothing.

A check is given a `Patient` and the settings, and gives findings; none where the machine has no such thing. It may block, and hang.
"""
