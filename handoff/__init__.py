"""The gateway and desk: owns every conversation and its transcript from the first word."""
