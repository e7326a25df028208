package com.dotmac.partner.testkit;

import java.lang.annotation.Annotation;
import java.util.Optional;
import org.junit.platform.commons.support.AnnotationSupport;

/** What a test class says about its databases. */
final class TestClasses {

    private TestClasses() {}

    /** Of the class, of its superclasses and its annotations, or of the class that it is nested in. */
    static <A extends Annotation> Optional<A> annotation(Class<?> test, Class<A> annotation) {
        Optional<A> found = AnnotationSupport.findAnnotation(test, annotation);
        return found.isPresent() || test.getEnclosingClass() == null
                ? found
                : annotation(test.getEnclosingClass(), annotation);
    }
}
