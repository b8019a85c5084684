#!/bin/sh
# `riwaya` for the people of a machine where it runs as a service: with the service's configuration and secrets.
RIWAYA_CONFIG=${RIWAYA_CONFIG:-/etc/riwaya/config.yaml}
export RIWAYA_CONFIG
for file in /etc/riwaya/credentials/*; do
    name=${file##*/}
    case $name in
    *[!a-z_]*) continue ;;
    esac
    variable=RIWAYA_$(printf %s "$name" | tr '[:lower:]' '[:upper:]')
    # Whoever names another database means it.
    if [ -r "$file" ] && [ -z "$(printenv "$variable")" ]; then
        export "${variable}_FILE=$file"
    fi
done
exec /opt/riwaya/current/bin/riwaya "$@"
