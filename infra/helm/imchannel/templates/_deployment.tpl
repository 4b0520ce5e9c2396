{{/* One service's Deployment: call with (dict "root" $ "name" "ingress" "values" .Values.ingress "public" true); "store" is a folder that it may write. */}}
{{- define "imchannel.deployment" -}}
{{- $root := .root }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "imchannel.fullname" $root }}-{{ .name }}
  labels:
    {{- include "imchannel.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  {{- if not (or (and (eq .name "dispatcher") $root.Values.keda.enabled) (dig "autoscaling" "enabled" false .values)) }}
  replicas: {{ .values.replicas }}
  {{- end }}
  strategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  selector:
    matchLabels:
      {{- include "imchannel.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .name }}
  template:
    metadata:
      labels:
        {{- include "imchannel.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
      {{- with $root.Values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "imchannel.serviceAccount" $root }}
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: {{ $root.Values.terminationGracePeriodSeconds }}
      securityContext: {{- toYaml $root.Values.podSecurityContext | nindent 8 }}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ printf "%s/%s:%s" $root.Values.image.registry .name ($root.Values.image.tag | default $root.Chart.AppVersion) | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext: {{- include "imchannel.securityContext" $root | nindent 12 }}
          env:
            {{- include "imchannel.env" $root | nindent 12 }}
            # Of the pod, so that its containers come back under it and the next pod does not.
            - { name: KAFKA_INSTANCE_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
          {{- with $root.Values.secretEnv }}
          envFrom: [{ secretRef: { name: {{ . }} } }]
          {{- end }}
          ports:
            {{- if .public }}
            - { name: http, containerPort: 8080 }
            {{- end }}
            - { name: admin, containerPort: 9090 }
          # Time for load balancers to hear that the pod is going, before it stops taking requests.
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
          # Kafka and Redis may come later than the pod: the services wait for them.
          startupProbe: { httpGet: { path: /livez, port: admin }, periodSeconds: 2, failureThreshold: 30 }
          livenessProbe: { httpGet: { path: /livez, port: admin }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }
          readinessProbe: { httpGet: { path: /readyz, port: admin }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 }
          resources: {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            {{- include "imchannel.mounts" $root | nindent 12 }}
            {{- with .store }}
            - { name: store, mountPath: {{ . }} }
            {{- end }}
      volumes:
        {{- include "imchannel.volumes" $root | nindent 8 }}
        {{- if .store }}
        - name: store
          emptyDir: { sizeLimit: {{ .values.storeSizeLimit }} }
        {{- end }}
      {{- if $root.Values.topologySpread }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "imchannel.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ .name }}
      {{- end }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}

{{/* Instances of a public service by CPU, which is what bounds it. */}}
{{- define "imchannel.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "imchannel.fullname" .root }}-{{ .name }}
  labels:
    {{- include "imchannel.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ include "imchannel.fullname" .root }}-{{ .name }} }
  minReplicas: {{ .values.autoscaling.minReplicas }}
  maxReplicas: {{ .values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: {{ .values.autoscaling.cpuPercent }} } }
{{- end }}

{{/* A service's PodDisruptionBudget. */}}
{{- define "imchannel.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "imchannel.fullname" .root }}-{{ .name }}
  labels:
    {{- include "imchannel.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  {{- $budget := .values.podDisruptionBudget }}
  {{- if hasKey $budget "minAvailable" }}
  minAvailable: {{ $budget.minAvailable }}
  {{- else }}
  maxUnavailable: {{ $budget.maxUnavailable }}
  {{- end }}
  # A pod that is not ready guards nothing: it must not hold up the emptying of its node.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "imchannel.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* The Services: the public one, and the admin one that monitoring scrapes. */}}
{{- define "imchannel.services" -}}
{{- if .public }}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "imchannel.fullname" .root }}-{{ .name }}
  labels:
    {{- include "imchannel.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
  {{- with .values.service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .values.service.type }}
  ports: [{ name: http, port: {{ .values.service.port }}, targetPort: http }]
  selector:
    {{- include "imchannel.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
---
{{- end }}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "imchannel.fullname" .root }}-{{ .name }}-admin
  labels:
    {{- include "imchannel.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
    imchannel/port: admin
spec:
  type: ClusterIP
  ports: [{ name: admin, port: 9090, targetPort: admin }]
  selector:
    {{- include "imchannel.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* An Ingress object in front of a public Service. */}}
{{- define "imchannel.route" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "imchannel.fullname" .root }}-{{ .name }}
  labels:
    {{- include "imchannel.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
  {{- with .values.route.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .values.route.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .values.route.tlsSecret }}
  tls: [{ hosts: [{{ $.values.route.host | quote }}], secretName: {{ . }} }]
  {{- end }}
  rules:
    - host: {{ .values.route.host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ . }}
            pathType: ImplementationSpecific
            backend: { service: { name: {{ include "imchannel.fullname" $.root }}-{{ $.name }}, port: { name: http } } }
          {{- end }}
{{- end }}
