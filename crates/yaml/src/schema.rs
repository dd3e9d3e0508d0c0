//! The JSON Schema (draft 2020-12) of a table of keys.

use serde_json::{Value, json};

use crate::table::{Kind, Object};

/// The JSON Schema (draft 2020-12) of a table.
pub fn schema(object: &'static Object, title: &str) -> Value {
    let mut schema = object_schema(object);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(title);
    schema
}

fn object_schema(object: &Object) -> Value {
    let properties: serde_json::Map<String, Value> = object
        .keys
        .iter()
        .map(|key| {
            let mut schema = kind_schema(&key.kind);
            schema["description"] = json!(key.doc);
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<_> = object
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    if !object.one_of.is_empty() {
        schema["oneOf"] = object
            .one_of
            .iter()
            .map(|name| json!({ "required": [name] }))
            .collect();
    }
    schema
}

/// A scalar is a text, although an editor may read it as a number or flag.
fn kind_schema(kind: &Kind) -> Value {
    match kind {
        Kind::Text | Kind::Pattern | Kind::Condition => {
            json!({ "type": ["string", "number", "boolean"] })
        }
        // A text, or one for each language tag.
        Kind::Words | Kind::Inline | Kind::Markdown => json!({
            "type": ["string", "number", "boolean", "object"],
            "propertyNames": { "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$" },
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        }),
        Kind::Id => {
            json!({ "type": ["string", "integer"], "pattern": "^[a-z0-9_][a-z0-9_-]{0,59}$" })
        }
        Kind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count(limit) => json!({ "type": "integer", "minimum": 1, "maximum": limit }),
        Kind::OneOf(words) => {
            // A word that is a number may be written without quotes.
            let numbers = words
                .iter()
                .filter_map(|word| word.parse::<i64>().ok())
                .map(|number| json!(number));
            json!({ "enum": words.iter().map(|word| json!(word)).chain(numbers).collect::<Vec<_>>() })
        }
        Kind::List(item) => json!({ "type": "array", "items": kind_schema(item) }),
        Kind::Map(value) => json!({ "type": "object", "additionalProperties": kind_schema(value) }),
        Kind::Object(object) => object_schema(object),
        Kind::Either(first, second) => {
            json!({ "anyOf": [kind_schema(first), kind_schema(second)] })
        }
    }
}
