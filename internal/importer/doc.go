// Package importer turns what other tools say about node placement into
// Stowage's own objects: pools and the policies that name them.
//
// An importer reads files and nothing else. It answers with objects, with
// findings (what it saw and could not or need not carry over), and with YAML
// whose comments say where each object comes from.
package importer
