"""Contract suites: what every implementation of a port must do, fake and adapter alike.

Plain classes with assertions and without pytest; a test subclasses one and says how to make the
thing. Import the module, not the class, where the bare contract must not be collected.
"""
