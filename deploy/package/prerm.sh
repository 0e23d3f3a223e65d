#!/bin/sh
# Before a removal (deb: remove, rpm: 0) the service ends; before an upgrade it goes on.
set -e

case "${1-}" in
remove | 0)
  if [ -d /run/systemd/system ]; then
    systemctl disable --now tcpiplink-bridge.service || true
  fi
  ;;
esac
