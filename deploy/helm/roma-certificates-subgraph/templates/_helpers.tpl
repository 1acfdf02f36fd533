{{- define "subgraph.name" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "subgraph.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "subgraph.labels" -}}
{{ include "subgraph.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "subgraph.metadata" -}}
name: {{ include "subgraph.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "subgraph.labels" . | nindent 2 }}
{{- end }}

{{- define "subgraph.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "subgraph.name" .) }}
{{- end }}

{{- /* The volume of the private authority's certificates; empty without any. */ -}}
{{- define "subgraph.caSource" -}}
{{- with .Values.caBundle }}
{{- if and .configMap .secret }}{{ fail "caBundle takes a configMap or a secret, not both" }}{{ end }}
{{- if .configMap }}configMap: { name: {{ .configMap }} }{{ end }}
{{- if .secret }}secret: { secretName: {{ .secret }} }{{ end }}
{{- end }}
{{- end }}
