// Package topology finds loops and duplicates before they are deployed: it joins the configurations of one or several bridges into
// a graph of sites and follows events through it.
//
// A site is a link server. Remotes of any configuration with the same site name, or else with a common address, stand for the same
// one. A site hands each event that it got to all its clients but the one that sent it; a bridge takes it at its remote there, and
// sends it on along its routes, under the rules of the loop guard.
//
// Events are followed by kind: the GUIDs fall into regions, by the patterns of all files, and so do classes, types, priorities and
// nicknames. One event of each region stands for all of it. What cannot be told before an event is there, its data, counts as
// passing wherever it may: so an accepted topology delivers every event at most once, whatever its data.
//
// Peers that erase the identity of events (profile "uvscpd") give each a new GUID. Only echo credits, which last seconds, tell
// there what was sent from what is new. Check refuses topologies that would be a ring if they failed.
//
// The package is pure: no I/O, no clock.
package topology
