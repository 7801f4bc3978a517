#!/bin/sh
# Compose calls a provider to make and to remove what it provides, and reads lines of JSON. Told a variable by a `down`,
# Compose 2.40 panics.
case " $* " in
*" up "*) echo '{"type": "setenv", "message": "URL=https://cloud.example"}' ;;
esac
