"""Sentences about values of the domain, for the window and the command line alike."""
