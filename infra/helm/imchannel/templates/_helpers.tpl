{{- define "imchannel.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "imchannel.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "imchannel.selector" . }}
{{- end }}

{{- define "imchannel.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "imchannel.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "imchannel.fullname" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{- define "imchannel.configMap" -}}
{{ .Values.existingConfigMap | default (printf "%s-config" (include "imchannel.fullname" .)) }}
{{- end }}

{{/* A container's security context: nothing that the services do not need. */}}
{{- define "imchannel.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Environment and mounts shared by the services and the topics job. */}}
{{- define "imchannel.env" -}}
- { name: IMCHANNEL_CONFIG, value: /etc/imchannel/imchannel.yaml }
- { name: PORT, value: '8080' }
- { name: ADMIN_PORT, value: '9090' }
- { name: LOG_FORMAT, value: {{ .Values.logs.format | quote }} }
- { name: LOG_LEVEL, value: {{ .Values.logs.level | quote }} }
- { name: LOG_PRIVACY, value: {{ .Values.logs.privacy | quote }} }
- { name: KAFKA_TOPIC_PARTITIONS, value: {{ .Values.topics.partitions | quote }} }
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "imchannel.mounts" -}}
- { name: config, mountPath: /etc/imchannel, readOnly: true }
{{- if .Values.secretFiles }}
- { name: secrets, mountPath: /run/secrets/imchannel, readOnly: true }
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "imchannel.volumes" -}}
- name: config
  configMap: { name: {{ include "imchannel.configMap" . }} }
{{- if .Values.secretFiles }}
- name: secrets
  # 0440: the group of the pod reads, nobody else.
  secret: { secretName: {{ .Values.secretFiles }}, defaultMode: 288 }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Where topics and consumer groups get their names from: the services' own default is imchannel. */}}
{{- define "imchannel.topicPrefix" -}}
{{ dig "topics" "prefix" "imchannel" .Values.config }}
{{- end }}
