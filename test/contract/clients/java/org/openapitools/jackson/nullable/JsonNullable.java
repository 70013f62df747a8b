package org.openapitools.jackson.nullable;

public class JsonNullable<T> {
  public static <T> JsonNullable<T> undefined() {
    throw new UnsupportedOperationException();
  }

  public static <T> JsonNullable<T> of(T value) {
    throw new UnsupportedOperationException();
  }

  public T orElse(T other) {
    throw new UnsupportedOperationException();
  }
}
