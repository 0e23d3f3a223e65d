// Package admin is the HTTP side of a running bridge: metrics for Prometheus, liveness and readiness for supervisors, and the
// API. It listens where the configuration says, the loopback address by default, and has no logins: whoever reaches a loopback
// address may read. At a unix socket, which only the user of the process reaches, it also takes changes, and elsewhere from who has the
// token of the configuration. It tells no passwords.
package admin
