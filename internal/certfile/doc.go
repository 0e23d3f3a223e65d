// Package certfile reads what TLS needs from PEM files: certificates of authorities, a certificate with its key, and pins. Its
// errors say what is wrong with a file in the words of the person who made it, and never show what is in it.
package certfile
