#!/bin/sh
# After an installation or an upgrade, of the deb and of the rpm. The service is not enabled: there is no configuration yet.
set -e

case "${1-}" in
abort-*) exit 0 ;;
esac

if command -v systemd-sysusers >/dev/null; then
  systemd-sysusers tcpiplink-bridge.conf
fi
if command -v systemd-tmpfiles >/dev/null; then
  systemd-tmpfiles --create tcpiplink-bridge.conf
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  # After an upgrade, one that runs goes on as the new one.
  systemctl try-restart tcpiplink-bridge.service || true
fi
