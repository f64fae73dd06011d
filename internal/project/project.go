// Package project is the files around a request file: the project root, which
// files a request may read, and the origins that the user trusts.
package project
