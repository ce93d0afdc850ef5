"""The assistant: Rasa with our channel, actions, rules for handing over, and services."""
