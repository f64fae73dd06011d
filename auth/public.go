package auth

// Public reports whether the definition called id has a parameter of that name
// which is not secret, so that its value may be shown.
func (m *Manager) Public(id, param string) bool {
	def, err := m.known(id, Place{}, nil)
	if err != nil {
		return false
	}
	p := def.param(param)
	return p != nil && !p.secret
}
