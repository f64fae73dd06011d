package runner

import (
	"fmt"

	"github.com/postrider/postrider/internal/eval"
)

// readsAnswerOf notes that the step reads the answer of another, or its own.
func (s *step) readsAnswerOf(on *step) {
	on.referred = true
	for _, other := range s.answersOf {
		if other == on {
			return
		}
	}
	s.answersOf = append(s.answersOf, on)
	on.readers++
}

// pinAnswers finds the answers that are kept to the end: those of which it cannot
// be told who reads them last, because a step that does so may be run anew.
func (s *suite) pinAnswers() {
	for _, f := range s.files {
		for _, st := range f.steps {
			for _, n := range st.needs {
				if n.anew {
					n.on.pinAnswers()
				}
			}
			for _, c := range st.calls {
				for _, on := range c.steps {
					on.pinAnswers()
				}
			}
		}
	}
}

// pinAll keeps all answers of a file to the end, for texts that may refer to any.
func (f *file) pinAll() {
	for _, st := range f.steps {
		st.pinned = true
	}
}

func (s *step) pinAnswers() {
	for _, on := range s.answersOf {
		on.pinned = true
	}
}

// keepAnswer keeps the answer of a step for those that refer to it.
func (s *session) keepAnswer(st *step, answer *eval.Answer) {
	if st.referred {
		s.answers[st] = answer
	}
}

// release drops the answers that the step was the last to read. A long file would
// otherwise hold the bodies of all of them.
func (s *session) release(st *step) {
	for _, on := range st.answersOf {
		s.released[on]++
		if s.released[on] == on.readers && !on.pinned {
			delete(s.answers, on)
		}
	}
}

// answerOf returns the kept answer of a request that ran before.
func (s *session) answerOf(st *step, name string) (*eval.Answer, error) {
	if s.dry != nil {
		return nil, &awaitedError{fromAnswerOf(st)}
	}
	if a := s.answers[st]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("request `%s` has no answer", name)
}
