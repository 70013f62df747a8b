package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// client sends prepared requests over one connection, and parses the responses as little as possible. It shares the processors with the
// measured program, and net/http's client would take as much time as the server.
type client struct {
	conn net.Conn
	in   *bufio.Reader

	retryAfter bool // the last response had the header Retry-After
}

// ioTimeout is the limit for one response, and for a whole run.
const ioTimeout = 2 * time.Minute

func dial(ctx context.Context, addr string) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, conn.SetDeadline(time.Now().Add(ioTimeout))
}

// request returns the text of a request. authorization is a whole header line, or empty.
func request(method, path, authorization, body string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench\r\n", method, path)
	if authorization != "" {
		b.WriteString(authorization + "\r\n")
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	} else if method != http.MethodGet {
		b.WriteString("Content-Length: 0\r\n")
	}
	b.WriteString("\r\n" + body)
	return []byte(b.String())
}

// response is the result of [client.roundTrip].
type response struct {
	status int
	header http.Header
	body   []byte
}

// roundTrip sends a request and returns the whole response.
func (c *client) roundTrip(request []byte) (response, error) {
	r := response{header: http.Header{}}
	var body bytes.Buffer
	status, err := c.do(request, r.header, &body)
	r.status, r.body = status, body.Bytes()
	return r, err
}

// do sends a request and reads its response; header may be nil.
func (c *client) do(request []byte, header http.Header, body io.Writer) (status int, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, errors.New("the response is not HTTP")
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, err
	}
	length, err := c.readHeader(header)
	if err != nil {
		return status, err
	}
	if length >= 0 {
		_, err = io.CopyN(body, c.in, length)
		return status, err
	}
	return status, c.readChunks(body)
}

var (
	contentLength = []byte("Content-Length: ") // as Go writes it
	chunked       = []byte("Transfer-Encoding: chunked")
	retryAfter    = []byte("Retry-After: ")
)

// readHeader reads the header and returns the length of the body, or -1 if it is chunked. Go sends no length with a response that has
// no body (304).
func (c *client) readHeader(keep http.Header) (length int64, err error) {
	c.retryAfter = false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, nil
		}
		if value, ok := bytes.CutPrefix(line, contentLength); ok {
			if length, err = strconv.ParseInt(string(value), 10, 64); err != nil {
				return 0, err
			}
		}
		if bytes.Equal(line, chunked) {
			length = -1
		}
		c.retryAfter = c.retryAfter || bytes.HasPrefix(line, retryAfter)
		if keep != nil {
			name, value, _ := strings.Cut(string(line), ": ")
			keep.Add(name, value)
		}
	}
}

func (c *client) readChunks(body io.Writer) error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 64)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(body, c.in, size); err != nil {
			return err
		}
		if _, err := c.in.Discard(len("\r\n")); err != nil || size == 0 {
			return err
		}
	}
}
