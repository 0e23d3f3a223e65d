// Package store is the state folder: where things are in it, who has it, and what its queues hold while no bridge runs. A running
// bridge has its queues in memory as well, so that only it knows all of them; what is here is for one that is stopped, and for the
// bridge itself to find its places.
//
//	lock                      locked by the process that uses the folder
//	owner                     who that is, or was
//	queues/ROUTE@TO/          the queue of a route to a destination: the files of package journal
//	dead/ROUTE@TO.jsonl       its dead letters, and with .old behind the name those before them
//
// Reading takes no lock, so that a bridge may start meanwhile. What changes something is a method of Held, which is the folder
// with its lock.
package store
