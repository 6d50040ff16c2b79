"""What `tools/install` does. Standard library only, of the Python that Debian brings (3.11 or newer).

A plan is a list of steps. Each can say what it would change without touching anything, and then make it so; a step of which nothing is
missing says nothing, so installing twice is installing once. Whatever a step changes it notes in the record first, and that is what
`--uninstall` takes back, last things first.
"""
