// Package admin is the HTTP side of a running bridge: metrics for Prometheus, liveness and readiness for supervisors.
package admin
