{{- define "subgraph.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}
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
