package scope

// OAuth2Parameter returns the parameter of the scheme oauth2 that a key of an
// entry of Security.Auth stands for, such as "client_auth" for "Client
// Credentials"; "" if it stands for none.
func OAuth2Parameter(key string) string { return oauth2Keys[key] }
