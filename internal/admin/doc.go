// Package admin is the HTTP side of a running bridge: metrics for Prometheus, liveness and readiness for supervisors, and the
// API, which reads only. It listens where the configuration says, the loopback address by default, and has no logins: whoever
// reaches the address may read. It tells no passwords.
package admin
