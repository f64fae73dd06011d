// Package runner ties the parts together: files become a plan, the plan is
// run, and what happens is told as events.
package runner
