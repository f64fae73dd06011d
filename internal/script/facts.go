package script

import "github.com/postrider/postrider/internal/diag"

// Facts are what can be known of a script without running it.
type Facts struct {
	// Sets and Reads are the names of variables that it sets and reads, each as
	// often as it does, in the order of the text, those of its modules included.
	Sets, Reads []Name

	// SetsOther and ReadsOther are where it does so with names that are computed.
	SetsOther, ReadsOther []Name

	Status   bool // it reads the status of the answer
	Body     bool // it may read the body of the answer
	Headers  bool // it changes the headers that later requests are sent with
	Tests    bool // it calls client.test, test and the like
	Asserts  bool // it calls client.assert, assert and the like; see [Result.Asserted] for those of its modules
	Modules  []*diag.Source
	Warnings diag.List
}

// Name is a variable that a script names.
type Name struct {
	Name  string // empty if it is computed
	Tier  Tier
	Place Place
	Free  bool // a free identifier of httpYac, which may be something else
	Clear bool // it is removed rather than set
}
