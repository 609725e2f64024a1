package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// compactedKey is where an apiserver writes down up to where it has compacted; the others drop what they remember of
// earlier revisions when it changes.
const compactedKey = "compact_rev_key"

// compact makes etcd forget all revisions before the present one.
func compact() (any, error) {
	revision, err := currentRevision()
	if err != nil {
		return nil, err
	}
	text := strconv.FormatInt(revision, 10)
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	if _, err := etcd("put", object{"key": encode(compactedKey), "value": encode(text)}); err != nil {
		return nil, err
	}
	if _, err := etcd("compaction", object{"revision": text, "physical": true}); err != nil {
		return nil, err
	}
	return object{"compacted_revision": revision}, nil
}

// currentRevision is etcd's own count of changes.
func currentRevision() (int64, error) {
	answer, err := etcd("range", object{"key": base64.StdEncoding.EncodeToString([]byte(compactedKey))})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(answer.Header.Revision, 10, 64)
}

type etcdAnswer struct {
	Header struct {
		Revision string `json:"revision"`
	} `json:"header"`
}

// etcd calls its JSON gateway.
func etcd(call string, body any) (etcdAnswer, error) {
	var answer etcdAnswer
	base, err := os.ReadFile(filepath.Join(os.Getenv("CHIRON_LAB_WORK"), "etcd.url"))
	if err != nil {
		return answer, fmt.Errorf("CHIRON_LAB_WORK of a running lab: %w", err)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return answer, err
	}
	response, err := http.Post(strings.TrimSpace(string(base))+"/v3/kv/"+call, "application/json", bytes.NewReader(text))
	if err != nil {
		return answer, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer, err
	}
	if response.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("etcd %s: %s: %.300s", call, response.Status, content)
	}
	return answer, json.Unmarshal(content, &answer)
}
