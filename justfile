# One door for people and CI. `pip install rust-just` brings `just`.

# Lists the recipes.
default:
    @just --list

# Everything that must hold before a change is merged.
check: test lint

# Runs all tests, and says what was skipped and why.
test:
    tests/run

# What reads the code without running it.
lint: fmt clippy doc typos deny

fmt:
    cargo fmt --all --check

clippy:
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo clippy --locked --features otel -- -D warnings

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

typos:
    typos

# Licences, banned crates, sources.
deny:
    cargo deny --all-features check licenses bans sources

# Replays a recorded afternoon through every stage.
demo:
    cargo run --release -- demo

# The local platform on 127.0.0.1:8080.
run *arguments:
    cargo run --release -- up {{arguments}}

# Writes the rendered manifests, schemas and examples anew; look at the difference before you commit it.
bless:
    CHIRON_BLESS=1 cargo test --test golden --test catalogue --test rules

# Runs a command beside a throw-away Kubernetes: just lab -- kubectl get nodes
[positional-arguments]
lab *arguments:
    tests/lab/run "$@"

# Figures of docs/benchmarks.md.
bench *arguments:
    cargo bench --bench '*' {{arguments}}

# Figures of detection beside their goals and others: nab, metrics, speed, river, peers, or all of them.
figures *arguments:
    benches/figures {{arguments}}

# What is shipped: a smaller and faster binary.
dist:
    cargo build --profile dist --locked
