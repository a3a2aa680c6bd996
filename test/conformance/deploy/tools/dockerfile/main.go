// SPDX-License-Identifier: Apache-2.0

// Reads a Dockerfile as BuildKit does, with BuildKit's own checks, and prints as JSON what they warn of and the configuration of the
// image that its last stage would give. No image is fetched: of a base only its name is known here.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type offline struct{}

// ResolveImageConfig answers for every base with an empty configuration and the digest that the file names; the digest of a base without one is made up.
func (offline) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: ocispecs.Platform{Architecture: "amd64", OS: "linux"}})
	return ref, digest.FromString(ref), config, err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dockerfile:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one file")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	source := llb.NewSourceMap(nil, args[0], "Dockerfile", text)
	source.Definition = &llb.Definition{}
	options := dockerfile2llb.ConvertOpt{
		MetaResolver:   offline{},
		TargetPlatform: &ocispecs.Platform{Architecture: "amd64", OS: "linux"},
		SourceMap:      source,
		Config:         dockerui.Config{},
	}
	checked, err := dockerfile2llb.DockerfileLint(context.Background(), text, options)
	if err != nil {
		return err
	}
	built, err := dockerfile2llb.Dockerfile2LLB(context.Background(), text, options)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"warnings": checked.Warnings, "error": checked.Error, "image": built.Image})
}
