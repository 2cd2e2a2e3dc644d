package render

import "bytes"

// byteOrderMark may stand at the beginning of a file and nowhere else.
const byteOrderMark = "\uFEFF"

// Join puts documents of one or several files together into one stream, with a
// document marker where two files would run into each other.
func Join(docs []Document, bytesOf func(Document) []byte) []byte {
	var out bytes.Buffer
	for i, d := range docs {
		text := bytesOf(d)
		if i > 0 && d.Index == 1 {
			text = bytes.TrimPrefix(text, []byte(byteOrderMark))
			if len(bytes.TrimSpace(text)) > 0 {
				if n := out.Len(); n > 0 && out.Bytes()[n-1] != '\n' {
					out.WriteByte('\n')
				}
				out.WriteString(markerBefore(text))
			}
		}
		out.Write(text)
	}
	return out.Bytes()
}

// markerBefore is the line that has to stand before a file that follows another:
// none if it begins with its own, and the end of a document before a directive.
func markerBefore(text []byte) string {
	for line := range bytes.Lines(text) {
		switch {
		case string(bytes.TrimRight(line, " \t\r\n")) == "---", bytes.HasPrefix(line, []byte("--- ")):
			return ""
		case line[0] == '%':
			return "...\n"
		case line[0] != '#' && len(bytes.TrimSpace(line)) > 0:
			return "---\n"
		}
	}
	return "---\n"
}
