{{- /* SPDX-License-Identifier: Apache-2.0 */ -}}
{{- define "rollcall.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "rollcall.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "rollcall.account" -}}
{{- .Values.serviceAccount.name | default (include "rollcall.fullname" .) }}
{{- end }}

{{- define "rollcall.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* The rules that the program itself prints, by the name of their role: files/ holds its words. */ -}}
{{- define "rollcall.rules" -}}
{{- $text := .root.Files.Get (printf "files/%s.yaml" .role) -}}
{{- if not $text }}{{ fail (printf "the chart lacks files/%s.yaml" .role) }}{{ end -}}
{{- (fromYaml $text).rules | toYaml }}
{{- end }}
