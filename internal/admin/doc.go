// Package admin is the HTTP side of a running bridge: metrics for Prometheus, liveness and readiness for supervisors, and the
// API. It listens where the configuration says, the loopback address by default, and has no logins: whoever reaches the address may
// read. At a unix socket, which only the user of the process reaches, it also takes changes: to queues, and to the configuration in use. It tells no passwords.
package admin
