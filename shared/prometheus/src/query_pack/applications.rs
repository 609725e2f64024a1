//! What applications tell of their requests, by the names of common libraries.
//!
//! The libraries disagree on names, so each family is asked for by itself and joined by `or`: a rate over several names
//! at once is refused as soon as one target has two of them. A share of errors is 0 while requests come and none fails,
//! and absent without requests.
//!
//! Sources: the client libraries of Prometheus, the semantic conventions of OpenTelemetry (`http.server.request.duration`),
//! Spring Boot (Micrometer), go-grpc-prometheus, Istio's standard metrics, ingress-nginx.

use super::{NamedQuery, gauge};
use chiron_model::MetricType::{Custom, ErrorRate, Latency};

pub(super) const QUERIES: &[NamedQuery] = &[
    gauge(
        "http_latency_p99",
        Latency,
        "seconds",
        "histogram_quantile(0.99, sum by (namespace, pod, container, job, instance, le) (rate(http_request_duration_seconds_bucket[$window])))
 or histogram_quantile(0.99, sum by (namespace, pod, container, job, instance, le) (rate(http_server_request_duration_seconds_bucket[$window])))
 or histogram_quantile(0.99, sum by (namespace, pod, container, job, instance, le) (rate(http_server_requests_seconds_bucket[$window])))",
        "the slowest requests, which callers wait for and give up on",
    ),
    gauge(
        "http_latency_mean",
        Latency,
        "seconds",
        "sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_sum[$window]))
 / (sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count[$window])) > 0)
 or sum by (namespace, pod, container, job, instance) (rate(http_server_request_duration_seconds_sum[$window]))
 / (sum by (namespace, pod, container, job, instance) (rate(http_server_request_duration_seconds_count[$window])) > 0)
 or sum by (namespace, pod, container, job, instance) (rate(http_server_requests_seconds_sum[$window]))
 / (sum by (namespace, pod, container, job, instance) (rate(http_server_requests_seconds_count[$window])) > 0)",
        "moves before the quantiles do, and is known of summaries too",
    ),
    gauge(
        "http_request_rate",
        Custom,
        "requests per second",
        "sum by (namespace, pod, container, job, instance) (rate(http_requests_total[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_server_request_duration_seconds_count[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_server_requests_seconds_count[$window]))",
        "callers that stopped calling, or call too much",
    ),
    gauge(
        "http_error_share",
        ErrorRate,
        "ratio",
        r#"(sum by (namespace, pod, container, job, instance) (rate(http_requests_total{code=~"5.."}[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_requests_total{status=~"5.."}[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_requests_total{status_code=~"5.."}[$window]))
 or 0 * sum by (namespace, pod, container, job, instance) (rate(http_requests_total[$window])))
 / (sum by (namespace, pod, container, job, instance) (rate(http_requests_total[$window])) > 0)"#,
        "requests that failed on the side of the server, by http_requests_total",
    ),
    gauge(
        "http_duration_error_share",
        ErrorRate,
        "ratio",
        r#"(sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count{code=~"5.."}[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count{status=~"5.."}[$window]))
 or sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count{status_code=~"5.."}[$window]))
 or 0 * sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count[$window])))
 / (sum by (namespace, pod, container, job, instance) (rate(http_request_duration_seconds_count[$window])) > 0)"#,
        "the same, of applications that only have a histogram",
    ),
    gauge(
        "http_server_error_share",
        ErrorRate,
        "ratio",
        r#"(sum by (namespace, pod, container, job, instance) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[$window]))
 or 0 * sum by (namespace, pod, container, job, instance) (rate(http_server_request_duration_seconds_count[$window])))
 / (sum by (namespace, pod, container, job, instance) (rate(http_server_request_duration_seconds_count[$window])) > 0)
 or (sum by (namespace, pod, container, job, instance) (rate(http_server_requests_seconds_count{status=~"5.."}[$window]))
 or 0 * sum by (namespace, pod, container, job, instance) (rate(http_server_requests_seconds_count[$window])))
 / (sum by (namespace, pod, container, job, instance) (rate(http_server_requests_seconds_count[$window])) > 0)"#,
        "the same, by the names of OpenTelemetry and of Spring Boot",
    ),
    gauge(
        "grpc_latency_p99",
        Latency,
        "seconds",
        r#"histogram_quantile(0.99, sum by (namespace, pod, container, job, instance, le) (rate(grpc_server_handling_seconds_bucket{grpc_type="unary"}[$window])))"#,
        "the slowest calls; streams last as long as they like",
    ),
    gauge(
        "grpc_error_share",
        ErrorRate,
        "ratio",
        r#"(sum by (namespace, pod, container, job, instance) (rate(grpc_server_handled_total{grpc_code=~"Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss"}[$window]))
 or 0 * sum by (namespace, pod, container, job, instance) (rate(grpc_server_handled_total[$window])))
 / (sum by (namespace, pod, container, job, instance) (rate(grpc_server_handled_total[$window])) > 0)"#,
        "calls that failed on the side of the server",
    ),
    gauge(
        "mesh_latency_p99",
        Latency,
        "seconds",
        r#"histogram_quantile(0.99, sum by (destination_workload_namespace, destination_workload, le) (rate(istio_request_duration_milliseconds_bucket{reporter="destination"}[$window]))) / 1000"#,
        "the slowest requests to a workload, as the mesh sees them",
    ),
    gauge(
        "mesh_request_rate",
        Custom,
        "requests per second",
        r#"sum by (destination_workload_namespace, destination_workload) (rate(istio_requests_total{reporter="destination"}[$window]))"#,
        "callers that stopped calling, or call too much, as the mesh sees them",
    ),
    gauge(
        "mesh_error_share",
        ErrorRate,
        "ratio",
        r#"(sum by (destination_workload_namespace, destination_workload) (rate(istio_requests_total{reporter="destination",response_code=~"5.."}[$window]))
 or 0 * sum by (destination_workload_namespace, destination_workload) (rate(istio_requests_total{reporter="destination"}[$window])))
 / (sum by (destination_workload_namespace, destination_workload) (rate(istio_requests_total{reporter="destination"}[$window])) > 0)"#,
        "requests to a workload that failed, as the mesh sees them",
    ),
    gauge(
        "ingress_latency_p99",
        Latency,
        "seconds",
        "histogram_quantile(0.99, sum by (namespace, exported_namespace, ingress, le) (rate(nginx_ingress_controller_request_duration_seconds_bucket[$window])))",
        "the slowest requests from outside",
    ),
    gauge(
        "ingress_error_share",
        ErrorRate,
        "ratio",
        r#"(sum by (namespace, exported_namespace, ingress) (rate(nginx_ingress_controller_requests{status=~"5.."}[$window]))
 or 0 * sum by (namespace, exported_namespace, ingress) (rate(nginx_ingress_controller_requests[$window])))
 / (sum by (namespace, exported_namespace, ingress) (rate(nginx_ingress_controller_requests[$window])) > 0)"#,
        "requests from outside that failed, also those that reached no pod",
    ),
];
