#!/usr/bin/env bash
# Prints the path of the mosquitto broker, the one that MOSQUITTO names first, or fails.
PATH=$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin
command -v "${MOSQUITTO:-mosquitto}" || command -v mosquitto
