package eval

import (
	"time"

	"github.com/postrider/postrider/internal/value"
)

// kind is what is known about a value: exactly, of a value at run time, or as
// far as it can be told, of a part at compile time.
type kind uint8

const (
	anything kind = iota
	null
	boolean
	number
	text
	list
	objects // objects of documents, and our own
	instant // a point in time
)

// String names the kind with its article.
func (k kind) String() string {
	return [...]string{"a value", "nil", "a boolean", "a number", "text", "a list", "an object", "a time"}[k]
}

func kindOf(v any) kind {
	switch v.(type) {
	case nil:
		return null
	case bool:
		return boolean
	case int:
		return number
	case string:
		return text
	case []any:
		return list
	case map[string]any, object:
		return objects
	case time.Time:
		return instant
	}
	if value.IsNumber(v) {
		return number
	}
	return anything
}

// object is a value of ours with members, such as the header of an answer.
type object interface {
	member(name string) (v any, ok bool, err error)
	names() []string
	plain() (any, error) // as a value of package value
}

// plain turns a value of ours into one of package value. Lists and objects hold
// plain values only: they are made so.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case object:
		return v.plain()
	case time.Time:
		return v.Format(time.RFC3339Nano), nil
	}
	return v, nil
}
