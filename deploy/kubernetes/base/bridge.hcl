# The bridge beside a daemon in a pod: it joins the daemon with a hub elsewhere.

bridge {
  name = "sidecar"
}

# For the probes of the kubelet and for Prometheus, which ask the address of the pod; a network policy keeps others out.
admin {
  listen = "0.0.0.0:9599"
  socket = "/run/tcpiplink-bridge/admin.sock"
}

# Passwords are read at each login.
remote "daemon" {
  address  = "127.0.0.1:9598"
  user     = "admin"
  password = file("/run/secrets/tcpiplink-bridge/daemon.password")
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}

remote "hub" {
  address  = "hub:9598"
  user     = "admin"
  password = file("/run/secrets/tcpiplink-bridge/hub.password")
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}

route "uplink" {
  between = [remote.daemon, remote.hub]
}
