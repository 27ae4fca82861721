package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.OptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db.example.com/app, jdbc:postgresql://db.example.com:5432/app",
    "jdbc:postgresql://db:6432/my%20app?sslmode=verify-full, jdbc:postgresql://db:6432/my%20app",
    "JDBC:MySQL://[::1]:3307/app, jdbc:mysql://[::1]:3307/app",
    "jdbc:mariadb://10.0.0.1/app?SSLMODE=trust, jdbc:mariadb://10.0.0.1:3306/app",
    "jdbc:sqlite:/data/app.db, jdbc:sqlite:/data/app.db",
    "jdbc:sqlite:C:\\data\\app.db, jdbc:sqlite:C:\\data\\app.db",
    "jdbc:duckdb:app.duckdb, jdbc:duckdb:app.duckdb",
    "jdbc:duckdb::memory:try_it, jdbc:duckdb::memory:try_it",
  })
  void handsTheDriverItsOwnText(String written, String driverUrl) {
    assertThat(JdbcUrl.parse(written).driverUrl()).isEqualTo(driverUrl);
  }

  @Test
  void spellsPropertiesAsTheDriverDoes() {
    JdbcUrl url = JdbcUrl.parse("jdbc:postgresql://h/db?SSLMode=require&applicationname=a%26b");
    assertThat(url.properties())
        .containsEntry("sslmode", "require")
        .containsEntry("ApplicationName", "a&b")
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://h/db",
        "jdbc:oracle:thin:@h:1521:x",
        "jdbc:backfeed:duckdb:x",
        "jdbc:postgresql:db",
        "jdbc:postgresql://h1,h2/db",
        "jdbc:postgresql://h/",
        "jdbc:postgresql://h:0/db",
        "jdbc:postgresql://h:70000/db",
        "jdbc:postgresql://h/db?socketFactory=evil.Factory",
        "jdbc:postgresql://h/db?socketFactoryArg=x",
        "jdbc:postgresql://h/db?sslfactory=x&sslmode=require",
        "jdbc:postgresql://h/db?loggerFile=/tmp/x",
        "jdbc:postgresql://h/db?PGHOST=other",
        "jdbc:postgresql://h/db?service=x",
        "jdbc:postgresql://h/db?sslmode=require&sslmode=disable",
        "jdbc:postgresql://h/db#x",
        "jdbc:postgresql://h/d%00b",
        "jdbc:postgresql://h/d%zzb",
        "jdbc:mysql://h/db?allowLoadLocalInfile=true",
        "jdbc:mysql://h/db?autoDeserialize=true",
        "jdbc:mysql://h/db?%61utoDeserialize=true",
        "jdbc:mysql://h/db?queryInterceptors=x",
        "jdbc:mysql://(host=h)/db",
        "jdbc:mysql://address=(host=h)(port=1)/db",
        "jdbc:mysql:loadbalance://h/db",
        "jdbc:mariadb:replication://h/db",
        "jdbc:sqlite:",
        "jdbc:sqlite::memory:",
        "jdbc:sqlite::resource:http://h/x.db",
        "jdbc:sqlite:file:x.db?vfs=x",
        "jdbc:sqlite:x.db?enable_load_extension=true",
        "jdbc:duckdb:",
        "jdbc:duckdb::memory:",
        "jdbc:duckdb:md:cloud",
        "jdbc:duckdb:s3://bucket/x.duckdb",
        "jdbc:duckdb:postgres:dbname=x",
        "jdbc:duckdb:x.duckdb;session_init_sql_file=/tmp/x",
        "jdbc:duckdb:x.duckdb?threads=1",
      })
  void refusesWhatLeadsElsewhere(String url) {
    assertThatThrownBy(() -> JdbcUrl.parse(url))
        .isInstanceOfSatisfying(OptionException.class, e -> assertThat(e.option()).isEqualTo("url"))
        .hasMessageStartingWith("option \"url\" ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://me:hunter2@h/db",
        "jdbc:postgresql://h/db?user=me&password=hunter2",
        "jdbc:postgresql://h/db?sslpassword=hunter2",
        "jdbc:mysql://h/db?Password=hunter2",
        "jdbc:mysql://h/db?%70assword=hunter2",
        "jdbc:duckdb:md:db?motherduck_token=hunter2",
        "jdbc:sqlite:x.db?key=hunter2",
      })
  void refusesCredentialsWithoutShowingThem(String url) {
    assertThatThrownBy(() -> JdbcUrl.parse(url))
        .isInstanceOf(OptionException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void tellsWhichPropertiesMayBeSet() {
    assertThatThrownBy(() -> JdbcUrl.parse("jdbc:mysql://h/db?useSSL=false"))
        .hasMessageContaining("\"useSSL\"")
        .hasMessageContaining("sslMode");
  }
}
