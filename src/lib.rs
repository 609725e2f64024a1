//! Chiron heals Kubernetes clusters and teaches models to do it: the local platform and the `chiron` command.

pub mod analysis;
pub mod args;
pub mod bench;
pub mod commands;
pub mod data;
pub mod examples;
pub mod infra;
pub mod lab;
pub mod ports;
pub mod recording;
pub mod registry;
pub mod replay;
pub mod report;
pub mod rules;
mod scraping;
pub mod settings;
pub mod tables;
pub mod training;
pub mod up;
pub mod view;
pub mod watching;
