// Package check runs the tests of a configuration: what becomes of an event by the policy that a bridge with this configuration has.
// It connects to nothing.
//
// Each test has a policy of its own, as after a start. What goes out is taken by its destination at once. A remote shows what it
// is sent as new events only if the configuration says by its profile that it is of that kind. The first event comes at Epoch. One
// without a GUID gets that of the interface it came on, which is here the first GUID of the first origin of its remote.
package check
