#!/bin/sh
# After a removal. Only a purge (deb) takes the configuration and what waits in queues on disk.
set -e

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
if [ "${1-}" = purge ]; then
  rm -rf /etc/tcpiplink-bridge /var/lib/tcpiplink-bridge
fi
