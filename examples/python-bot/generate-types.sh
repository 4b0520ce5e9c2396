#!/bin/sh
# Makes the Python types from the schemas: pip install datamodel-code-generator
set -eu
cd "$(dirname "$0")"
for kind in received send; do
  "${DATAMODEL_CODEGEN:-datamodel-codegen}" --input "../../packages/events/generated/schemas/imchannel.message.$kind.v1.json" --input-file-type jsonschema \
    --output "message_$kind.py" --output-model-type typing.TypedDict --target-python-version 3.11 --use-annotated \
    --class-name "Message$(echo "$kind" | awk '{ print toupper(substr($0, 1, 1)) substr($0, 2) }')" --disable-timestamp
done
