"""Events and commands of IMChannel, a module each."""
