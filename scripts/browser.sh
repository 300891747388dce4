#!/usr/bin/env bash
# Prints the path of a Chromium or Chrome, the one that CHROMIUM names first, or fails.
for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    command -v "$name" && exit 0
done
exit 1
